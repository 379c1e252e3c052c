/** "Every figure has a source": the recipes of the controllers, filled in with what the kernel says right now. */
import type { FigureSource } from './contract.ts';
import type { ReadFile, SourceRecipe } from './controller.ts';
import { linesOf } from './kernel-text.ts';

type Ingredient = SourceRecipe['from'][number];

/** What somebody would type to see the same: whole files by cat, the lines that count of long ones by grep. */
function commandFor(directory: string, ingredients: readonly Ingredient[]): string {
  return ingredients
    .map(({ file, keys }) =>
      keys === undefined ? `cat ${directory}/${file}` : `grep -E '^(${keys.join('|')}) ' ${directory}/${file}`,
    )
    .join('; ');
}

/** Figures whose first file this kernel lacks are left out. */
export function describeSources(recipes: readonly SourceRecipe[], directory: string, read: ReadFile): FigureSource[] {
  return recipes.flatMap((recipe) => {
    const present = recipe.from.flatMap((ingredient) => {
      const text = read(ingredient.file);
      return text === null ? [] : [{ ingredient, text }];
    });
    if (present[0]?.ingredient !== recipe.from[0]) return [];
    return {
      figure: recipe.figure,
      formula: recipe.formula,
      readings: present.map(({ ingredient, text }) => ({
        path: `${directory}/${ingredient.file}`,
        text: ingredient.keys === undefined ? text.trimEnd() : linesOf(text, ingredient.keys),
      })),
      command: commandFor(
        directory,
        present.map(({ ingredient }) => ingredient),
      ),
      readAtMs: Date.now(),
    };
  });
}
