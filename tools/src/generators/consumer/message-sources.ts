import { type Tree } from '@nx/devkit';
import * as ts from 'typescript';

/** Where the message classes live. */
const SOURCES = 'libs/message-schema/src';

/** What the sources of the message schema declare, read without running them. */
export interface MessageSources {
  /** Classes by name, those of nested fields included. */
  readonly classes: ReadonlyMap<string, ts.ClassDeclaration>;
  /** Initialisers of constants by name. */
  readonly constants: ReadonlyMap<string, ts.Expression>;
}

/** Reads all sources of the message schema. */
export function readMessageSources(tree: Tree): MessageSources {
  const classes = new Map<string, ts.ClassDeclaration>();
  const constants = new Map<string, ts.Expression>();
  for (const path of sourceFiles(tree, SOURCES)) {
    const file = ts.createSourceFile(path, tree.read(path, 'utf8') ?? '', ts.ScriptTarget.Latest, true);
    for (const statement of file.statements) {
      if (ts.isClassDeclaration(statement) && statement.name) classes.set(statement.name.text, statement);
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (initializer) constants.set(name.getText(), bare(initializer));
      }
    }
  }
  return { classes, constants };
}

/** Names of the classes declared with `@Message`, in alphabetical order. */
export function messageClassNames({ classes }: MessageSources): string[] {
  return [...classes].flatMap(([name, node]) => (decoratorsOf(node).has('Message') ? [name] : [])).sort();
}

/** Decorators by name, with their arguments. */
export function decoratorsOf(node: ts.HasDecorators): Map<string, readonly ts.Expression[]> {
  const calls = (ts.getDecorators(node) ?? []).map(({ expression }) => expression).filter(ts.isCallExpression);
  return new Map(calls.map((call) => [call.expression.getText(), call.arguments]));
}

/** Text of a string property of a constant object, for example `agent` of `Groups`. */
export function memberOf({ constants }: MessageSources, constant: string, member: string): string | undefined {
  const object = constants.get(constant);
  if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
  const found = object.properties.filter(ts.isPropertyAssignment).find(({ name }) => name.getText() === member);
  return found && ts.isStringLiteral(found.initializer) ? found.initializer.text : undefined;
}

/** Without `as const`. */
function bare(expression: ts.Expression): ts.Expression {
  return ts.isAsExpression(expression) ? expression.expression : expression;
}

function sourceFiles(tree: Tree, folder: string): string[] {
  return tree.children(folder).flatMap((child) => {
    const path = `${folder}/${child}`;
    if (!tree.isFile(path)) return sourceFiles(tree, path);
    return path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.endsWith('.d.ts') ? [path] : [];
  });
}
