import { ModelOperations } from '@vscode/vscode-languagedetection';

/** The language that a text is in, as the program that the model is made for tells by it. */
export async function languageOf(
  text: string,
  modelJson: string,
  shards: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
): Promise<string | undefined> {
  const operations = new ModelOperations({
    modelJsonLoaderFunc: async () => JSON.parse(modelJson) as Record<string, unknown>,
    weightsLoaderFunc: async () => Object.values(shards)[0]!.buffer,
    minContentSize: 1,
  });
  return (await operations.runModel(text))[0]?.languageId;
}
