import { STATE } from './search.js';
import { RUNNING_SUM } from './sums.js';
import { THREADS } from './tiles.js';

/*
 * Exact selection in a list of ranks, by digits of eight bits from the highest down, for up to two ranks at a
 * time. A pass counts the digits of what agrees with the prefix found so far; a scan finds the digit in which the
 * wanted rank falls. After four passes the prefix is the answer, and the rank that remains (from 1) tells how many
 * elements equal to it come up to and including the wanted one.
 */

/** Bins of a digit, for two searches. */
export const HISTOGRAM_WORDS = 512;

/** What status a search ends with. */
export const STATUS = { listed: 0, found: 1, missed: 2, overflowed: 3 } as const;

const BINDINGS = `
@group(0) @binding(0) var<storage, read_write> state: array<atomic<u32>>;
@group(0) @binding(1) var<storage, read_write> list: array<u32>;
@group(0) @binding(2) var<storage, read_write> histogram: array<atomic<u32>>;
/// First bit of the digit.
override shift: u32 = 0u;
/// Searches that are under way: two in a sample, one in what was collected.
override searches: u32 = 2u;
/// A rank among all kept elements (from 1), the part of them it is, and how wide to bracket it.
struct Wanted { rank: u32, part: f32, margin: f32, unused: u32 }
@group(0) @binding(3) var<uniform> wanted: Wanted;
`;

/** All kernels on the list; each entry point is a pipeline of its own. */
export const RADIX_CODE: string = `${BINDINGS}
fn load(word: u32) -> u32 { return atomicLoad(&state[word]); }
fn store(word: u32, value: u32) { atomicStore(&state[word], value); }
fn agrees(rank: u32, prefix: u32) -> bool { return (((rank ^ prefix) >> shift) >> 8u) == 0u; }

var<workgroup> bins: array<atomic<u32>, ${HISTOGRAM_WORDS}>;

@compute @workgroup_size(${THREADS}) fn count_digits(@builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let length = load(${STATE.length}u);
  let searching = vec2<bool>(load(${STATE.remaining}u) > 0u, load(${STATE.remaining + 1}u) > 0u);
  let prefix = vec2<u32>(load(${STATE.prefix}u), load(${STATE.prefix + 1}u));
  for (var at = workgroup.x * ${THREADS}u + thread; at < length; at += workgroups.x * ${THREADS}u) {
    let rank = list[at];
    let digit = (rank >> shift) & 255u;
    if (searching.x && agrees(rank, prefix.x)) { atomicAdd(&bins[digit], 1u); }
    if (searching.y && agrees(rank, prefix.y)) { atomicAdd(&bins[256u + digit], 1u); }
  }
  workgroupBarrier();
  for (var search = 0u; search < searches; search += 1u) {
    let counted = atomicLoad(&bins[256u * search + thread]);
    if (counted > 0u) { atomicAdd(&histogram[256u * search + thread], counted); }
  }
}

${RUNNING_SUM}
var<workgroup> wanted_here: u32;

@compute @workgroup_size(${THREADS}) fn find_digit(@builtin(local_invocation_index) thread: u32) {
  for (var search = 0u; search < searches; search += 1u) {
    let own = atomicExchange(&histogram[256u * search + thread], 0u);
    // Through workgroup memory, so that no thread reads what the one below has stored.
    if (thread == 0u) { wanted_here = load(${STATE.remaining}u + search); }
    let sum = sum_upto(thread, own);
    let remaining = wanted_here;
    // Of all digits, exactly one holds the wanted rank.
    if (remaining > sum - own && remaining <= sum) {
      store(${STATE.remaining}u + search, remaining - (sum - own));
      store(${STATE.prefix}u + search, load(${STATE.prefix}u + search) | (thread << shift));
    }
    workgroupBarrier();
  }
}

/// From the sample drawn to the two ranks in it that bracket the answer; 0 is no search, beyond that end.
@compute @workgroup_size(1) fn aim() {
  let drawn = min(load(${STATE.listed}u), arrayLength(&list));
  store(${STATE.length}u, drawn);
  let share = f32(drawn);
  let spread = wanted.margin * (3.2 * sqrt(share * wanted.part * (1.0 - wanted.part)) + 4.0);
  let low = floor(wanted.part * share - spread);
  let high = ceil(wanted.part * share + spread);
  store(${STATE.remaining}u, select(0u, u32(max(low, 0.0)), low >= 1.0));
  store(${STATE.remaining + 1}u, select(0u, u32(max(high, 0.0)), high < share));
}

/// From the two ranks found to the bracket. Everything is made ready for collecting.
@compute @workgroup_size(1) fn bracket() {
  store(${STATE.low}u, select(0xffffffffu, load(${STATE.prefix}u), load(${STATE.remaining}u) > 0u));
  store(${STATE.high}u, select(0x7fffffffu, load(${STATE.prefix + 1}u), load(${STATE.remaining + 1}u) > 0u));
  for (var search = 0u; search < 2u; search += 1u) {
    store(${STATE.prefix}u + search, 0u);
    store(${STATE.remaining}u + search, 0u);
  }
  store(${STATE.listed}u, 0u);
  store(${STATE.length}u, 0u);
}

/// Where the wanted rank falls: beside the bracket, on one of its ends, or among the collected.
@compute @workgroup_size(1) fn decide() {
  let below = load(${STATE.below}u);
  let low = below + load(${STATE.atLow}u);
  let inside = low + load(${STATE.listed}u);
  let high = inside + load(${STATE.atHigh}u);
  if (wanted.rank <= below || wanted.rank > high) {
    store(${STATE.status}u, ${STATUS.missed}u);
  } else if (wanted.rank <= low) {
    store(${STATE.status}u, ${STATUS.found}u);
    store(${STATE.found}u, load(${STATE.low}u));
    store(${STATE.ties}u, wanted.rank - below);
  } else if (wanted.rank > inside) {
    store(${STATE.status}u, ${STATUS.found}u);
    store(${STATE.found}u, load(${STATE.high}u));
    store(${STATE.ties}u, wanted.rank - inside);
  } else if (load(${STATE.listed}u) > arrayLength(&list)) {
    store(${STATE.status}u, ${STATUS.overflowed}u);
  } else {
    store(${STATE.length}u, load(${STATE.listed}u));
    store(${STATE.remaining}u, wanted.rank - low);
  }
}`;
