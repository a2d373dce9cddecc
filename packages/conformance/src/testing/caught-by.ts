/**
 * Which case catches a broken backend: of the law and what the backend does, the name of a case. Tried first, which is
 * quick; where it is wrong or missing, all cases of the law are.
 */
export const CAUGHT_BY: Readonly<Record<string, string>> = {
  '1 compares with 0x80000000 as a signed integer':
    'counts what is below a magnitude exactly: Gaussian, each weight of its own scale',
  '1 counts dropped elements too':
    'counts what is below a magnitude exactly: Gaussian, each weight of its own scale',
  '1 counts in float32': 'counts past 2²⁴, where a float32 sum loses one',
  '1 counts what is at a magnitude as below it':
    'counts what is below a magnitude exactly: Gaussian, each weight of its own scale',
  '1 does not see what is left over after the last whole vector':
    'drops exactly as many as asked: Gaussian, each weight of its own scale',
  '1 drops all ties': 'drops exactly as many as asked: heavy ties',
  '1 finds a cut that takes one too few':
    'drops exactly as many as asked: Gaussian, each weight of its own scale',
  '1 keeps all ties': 'drops exactly as many as asked: Gaussian, each weight of its own scale',
  '1 prunes one element when asked for none': 'drops nothing by the empty cut, also where zeros tie with it',
  '1 takes a cut at the smallest magnitude for the empty cut':
    'starts from the zeros that are there, whatever the score: magnitude',
  '1 takes the ties of every weight anew': 'drops exactly as many as asked: heavy ties',
  '1 uses the first cut for every group': 'keeps the cuts of several groups in one call apart',
  '1 uses up ties on elements that are dropped already':
    'takes ties from what is kept, so that dropped elements use up no part of the count',
  '2 counts dropped elements among those that a group keeps':
    'ranks inside groups of four along every axis, keeping two and one: Gaussian, each weight of its own scale',
  '2 drops NaN first':
    'drops the lowest in the total order: ties, zeros, infinities and NaN among Gaussian values',
  '2 drops NaN first inside groups':
    'ranks inside groups of four along every axis, keeping two and one: ties, zeros, infinities and NaN among Gaussian values',
  '2 leaves what a mask of spare elements kept before':
    'ranks inside groups of four along every axis, keeping two and one: Gaussian, each weight of its own scale',
  '2 loses the last bit of a magnitude':
    'drops the lowest in the total order: nine tenths zeros, half of them negative',
  '2 overflows to infinity beyond float16': 'drops the lowest in the total order: all exponents alike',
  '2 ranks -0 below +0': 'drops the lowest in the total order: heavy ties',
  '2 ranks by value, so that negative elements go first':
    'drops the lowest in the total order: Gaussian, each weight of its own scale',
  '2 ranks inside groups along the last axis, whatever was asked for':
    'ranks inside groups of four along every axis, keeping two and one: Gaussian, each weight of its own scale',
  '2 rounds magnitudes to bfloat16':
    'drops the lowest in the total order: Gaussian, each weight of its own scale',
  '2 spares of equals in a group those of the higher index':
    'ranks inside groups of four along every axis, keeping two and one: heavy ties',
  '2 squares the values to be rid of the sign':
    'drops the lowest in the total order: Gaussian, each weight of its own scale',
  '2 takes nothing out of the smaller group at the end':
    'ranks inside groups of four along every axis, keeping two and one: Gaussian, each weight of its own scale',
  '2 takes ties down the columns': 'drops the lowest in the total order: heavy ties',
  '2 takes ties from the end': 'drops the lowest in the total order: heavy ties',
  '2 takes ties from the last weight on': 'drops the lowest in the total order: heavy ties',
  '2 ties NaN with infinity':
    'drops the lowest in the total order: ties, zeros, infinities and NaN among Gaussian values',
  '2 ties all NaN, and says that they are ordered': 'ranks NaN by their payloads',
  '3 adds in float32, one element after another':
    'scores blocks of 2 and of 4 along every axis by their mean: Gaussian, each weight of its own scale',
  '3 adds in float64 and rounds to the nearest':
    'scores blocks of 2 and of 4 along every axis by their mean: Gaussian, each weight of its own scale',
  '3 adds in float64, where every rounding but the last is lost':
    'adds exactly by mean: one huge element and many tiny ones, which a float64 loses',
  '3 brings elements back where it spreads':
    'scores blocks of 2 and of 4 along every axis by their mean: Gaussian, each weight of its own scale',
  '3 changes the other mask where it combines two':
    'combines masks by or, at every size and shape, and changes the first only',
  '3 divides a ragged block by the size of a whole one':
    'scores blocks of 2 and of 4 along every axis by their mean: Gaussian, each weight of its own scale',
  '3 draws random scores without the seed':
    'makes the masks of a full sort all through a run: global, score random',
  '3 drops blocks with a NaN first':
    'scores blocks of 2 and of 4 along every axis by their mean: ties, zeros, infinities and NaN among Gaussian values',
  '3 flushes subnormals and does not say so':
    'scores blocks of 2 and of 4 along every axis by their mean: subnormals of both signs, among zeros and small normals',
  '3 forgets the ragged edge where it spreads':
    'scores blocks of 2 and of 4 along every axis by their mean: Gaussian, each weight of its own scale',
  '3 keeps by andNot what both keep':
    'combines masks by andNot, at every size and shape, and changes the first only',
  '3 leaves dropped elements out of the score of their block':
    'scores blocks of 2 and of 4 along every axis by their mean: Gaussian, each weight of its own scale',
  '3 leaves the unused bits of the last byte set':
    'starts a mask with every element kept and every unused bit 0, at every size',
  '3 lets a mean overflow to infinity':
    'adds exactly by mean: sums beyond the largest float, whose mean is within',
  '3 mixes up calls made together':
    'makes the masks of a full sort all through a run: uniform, score magnitude',
  '3 packs 1 for dropped': 'starts a mask with every element kept and every unused bit 0, at every size',
  '3 packs the highest bit first':
    'starts a mask with every element kept and every unused bit 0, at every size',
  '3 ranks blocks by the weight, whatever the score':
    'scores blocks of any edges by the mean of the score random',
  '3 says that it flushes subnormals and ranks them':
    'scores blocks of 2 and of 4 along every axis by their mean: subnormals of both signs, among zeros and small normals',
  '3 spreads to the first element of a block only':
    'scores blocks of 2 and of 4 along every axis by their mean: Gaussian, each weight of its own scale',
  '3 takes a block for dropped where any element of it is':
    'scores blocks of 2 and of 4 along every axis by their mean: Gaussian, each weight of its own scale',
  '3 takes the payload of a NaN over into the score of its block':
    'ties all blocks that hold a NaN, above infinity, whatever its payload and sign',
  '3 toggles by andNot what the other mask keeps':
    'combines masks by andNot, at every size and shape, and changes the first only',
  '4 brings all that is dropped back where some was asked for':
    'brings back what ranks highest by the score magnitude, so many exactly, and meets its targets',
  '4 brings nothing back where that was asked for':
    'brings back what ranks highest by the score magnitude, so many exactly, and meets its targets',
  '4 drops as it searches': 'keeps elements dropped whatever an optimizer writes into them, score tensor',
  '4 makes the mask anew from the weights as they are now': 'changes no mask under falling targets',
  '4 reads the mask off the weights when it enforces': 'changes no mask under falling targets',
  '4 takes what is above the cut back in': 'changes no mask under falling targets',
  '5 clamps kept infinities':
    'enforces +0 and touches nothing else: ties, zeros, infinities and NaN among Gaussian values',
  '5 does nothing at all by the empty cut, where it drops and enforces as one':
    'zeroes what an optimizer revived, by the empty cut too',
  '5 drops and enforces in the masks only': 'zeroes every dropped element when it drops, new and old',
  '5 enforces nothing': 'enforces +0 and touches nothing else: Gaussian, each weight of its own scale',
  '5 enforces the first weight only':
    'enforces +0 and touches nothing else: Gaussian, each weight of its own scale',
  '5 flushes kept subnormals':
    'enforces +0 and touches nothing else: ties, zeros, infinities and NaN among Gaussian values',
  '5 leaves out what remains after the last whole vector':
    'enforces +0 and touches nothing else: Gaussian, each weight of its own scale',
  '5 multiplies by the mask': 'enforces +0 and touches nothing else: Gaussian, each weight of its own scale',
  '5 says that it only looks at weights, and zeroes them':
    'chooses in the masks and leaves every weight as it is, bit for bit',
  '5 toggles when it enforces twice': 'zeroes every dropped element when it drops, new and old',
  '5 turns kept -0 into +0':
    'enforces +0 and touches nothing else: ties, zeros, infinities and NaN among Gaussian values',
  '5 turns kept NaN into 0':
    'enforces +0 and touches nothing else: ties, zeros, infinities and NaN among Gaussian values',
  '5 writes -0': 'enforces +0 and touches nothing else: Gaussian, each weight of its own scale',
  '5 zeroes one weight before it chooses from the next, which ranks by the first':
    'makes every choice before it zeroes anything, where weights rank each other',
  '5 zeroes only what it has just dropped, where it drops and enforces as one':
    'zeroes every dropped element when it drops, new and old',
  '5 zeroes weights when it is to drop in the masks':
    'zeroes every dropped element when it drops, new and old',
  '6 enforces on the host': 'reads back counts only, in an update by the score magnitude',
  '6 reads floats to save bits': 'reads masks, and masks alone, when it saves',
  '6 reads masks back to combine them': 'reads back counts only, in an update that keeps 2 of 4',
  '6 reads masks back to count them': 'reads back counts only, in an update by the score magnitude',
  '6 reads the elements back to find a cut': 'reads back counts only, in an update by the score magnitude',
  '6 reads the elements back to pool them': 'reads back counts only, in an update of blocks and of channels',
  '6 reads the elements back to rank them inside groups':
    'reads back counts only, in an update that keeps 2 of 4',
  '7 leaks a mask at every drop': 'leaves nothing behind in any verb, score magnitude',
  '7 leaks scratch at every count by a tensor of scores': 'leaves nothing behind in any verb, score tensor',
  '7 leaks scratch when it fails':
    'leaves nothing behind when pooling or ranking meets a weight that is gone',
  '7 leaks scratch where it ranks inside groups': 'leaves nothing behind in ranking inside groups',
  '7 leaks what it had pooled already when a weight turns out to be gone':
    'leaves nothing behind in pooling, spreading and giving back what was pooled',
  '7 never frees a mask': 'gives back a mask when it is disposed of',
  '7 never frees what it pooled':
    'leaves nothing behind in pooling, spreading and giving back what was pooled',
  '8 checks weights as it drops':
    'goes on after save, JSON and restore on a fresh backend as if never interrupted, score tensor',
  '8 checks weights as it enforces': 'fails with weight-changed and changes nothing: enforce',
  '8 fails with an error of its runtime': 'fails with weight-changed and changes nothing: enforce',
  '8 hands out its own bytes':
    'goes on after save, JSON and restore on a fresh backend as if never interrupted, score magnitude',
  '8 loses the last byte of a mask that is written':
    'goes on after save, JSON and restore on a fresh backend as if never interrupted, score magnitude',
  '8 only drops when a mask is written':
    'goes on as if never interrupted, where elements come back, with no optional verb but read',
  '8 passes over weights that are gone': 'fails with weight-changed and changes nothing: rankWithin',
  '8 pools weights that are gone as if they were there':
    'fails with weight-changed and changes nothing: pool',
  '8 writes masks of spare elements until it meets a weight that is gone':
    'fails with weight-changed and changes nothing: rankWithin',
  '8 writes masks that only the same backend can read':
    'goes on after save, JSON and restore on a fresh backend as if never interrupted, score magnitude',
  '9 counts +0 alone as zero':
    'reports the counts of the real weights and masks: nine tenths zeros, half of them negative',
  '9 counts infinities and NaN in dropped elements':
    'reports elements, not units, where it drops blocks of 2×2',
  '9 finds the mask of a weight by the weight':
    'reports the counts of the real weights and masks: Gaussian, each weight of its own scale',
  '9 hands out the mask again that a weight had': 'reports elements, not units, where it drops blocks of 2×2',
  '9 lists a score that it does not have': 'can do what its manifest lists: score random',
  '9 lists a score that nobody knows': 'promises only what the contract knows, and the least it asks for',
  '9 remembers what a mask kept at first': 'reports elements, not units, where it drops blocks of 2×2',
  '9 says every weight is flat': 'reports elements, not units, where it drops blocks of 2×2',
  '9 says that all weights lie at one place': 'reports elements, not units, where it drops blocks of 2×2',
  '9 says that weights take no room': 'says where weights lie, so that none overlaps another',
  '9 sees no zero below the smallest float there is':
    'reports elements, not units, where it drops blocks of 2×2',
};
