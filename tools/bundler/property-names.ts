/**
 * Whether device code names its properties by the convention in .github/CONTRIBUTING.md: what only it knows begins with
 * an underscore, what anybody else knows does not. It must decide by where a property is declared, never by a list.
 */
import { type AnyNode, parse } from 'acorn';
import ts from 'typescript';
import { children } from './check/scopes';
import { PRIVATE } from './private-properties';

export interface DeviceSources {
  readonly program: ts.Program;
  /** Whether a file is device code; what is declared in no such file is the firmware's, or the language's. */
  readonly isDevice: (path: string) => boolean;
  /** The file whose exports applications may use. */
  readonly published: string;
  /** Further declarations of what the firmware has: looked at for their names alone. */
  readonly firmware: readonly string[];
}

type Property = ts.PropertySignature | ts.MethodSignature | ts.PropertyDeclaration | ts.MethodDeclaration;

const isProperty = (node: ts.Node): node is Property =>
  ts.isPropertySignature(node) ||
  ts.isMethodSignature(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isMethodDeclaration(node);

function each(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => each(child, visit));
}

/** Names of properties that the firmware or the language declares. */
function firmwareNames({ program, firmware, isDevice }: DeviceSources): Set<string> {
  const names = new Set<string>();
  const declarations = [
    ...program.getSourceFiles().filter(({ isDeclarationFile }) => isDeclarationFile),
    ...firmware.map((path) =>
      ts.createSourceFile(path, ts.sys.readFile(path) ?? '', ts.ScriptTarget.Latest, true),
    ),
  ];
  const checker = program.getTypeChecker();
  for (const file of program.getSourceFiles())
    if (isDevice(file.fileName))
      each(file, (node) => {
        if (ts.isInterfaceDeclaration(node) && describesFirmware(node))
          for (const { name } of node.members) if (name && ts.isIdentifier(name)) names.add(name.text);
        // What comes of `require`, or of JSON.
        if (ts.isPropertyAccessExpression(node)) {
          const { flags } = checker.getTypeAtLocation(node.expression);
          if (flags & ts.TypeFlags.Any && !PRIVATE.test(node.name.text)) names.add(node.name.text);
        }
      });
  for (const file of declarations)
    each(file, (node) => {
      // What a namespace declares is a property too.
      const isDeclared = isProperty(node) || ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node);
      if (isDeclared && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    });
  return names;
}

/** The shape of an object of the firmware's, of which device code declares what it uses; and what it says is there. */
function describesFirmware(node: ts.Node): boolean {
  const comments = ts.getJSDocCommentsAndTags(node).map((comment) => comment.getText());
  return (
    /^\/\*\*[\s*]*What is used of Espruino's /.test(comments.join()) ||
    !!ts.findAncestor(node, (one) => ts.isVariableStatement(one) && hasDeclare(one))
  );
}

const hasDeclare = (statement: ts.VariableStatement): boolean =>
  !!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword);

/** What an application may name: properties of all types that it gets from what is exported. */
function publishedProperties({ program, isDevice, published }: DeviceSources): Set<ts.Symbol> {
  const checker = program.getTypeChecker();
  const found = new Set<ts.Symbol>();
  const seen = new Set<ts.Node>();
  const follow = (symbol: ts.Symbol | undefined): void => {
    const aliased = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of aliased?.declarations ?? []) {
      if (seen.has(declaration) || !isDevice(declaration.getSourceFile().fileName)) continue;
      seen.add(declaration);
      each(declaration, (node) => {
        if (isProperty(node)) {
          const property = checker.getSymbolAtLocation(node.name);
          // What is marked as internal is in no typings.
          const isInternal = ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');
          if (property && !isInternal) found.add(property);
        }
        if (ts.isTypeReferenceNode(node)) follow(checker.getSymbolAtLocation(node.typeName));
        if (ts.isExpressionWithTypeArguments(node)) follow(checker.getSymbolAtLocation(node.expression));
        if (ts.isTypeQueryNode(node)) follow(checker.getSymbolAtLocation(node.exprName));
      });
    }
  };
  const file = program.getSourceFile(published);
  const module = file && checker.getSymbolAtLocation(file);
  for (const symbol of module ? checker.getExportsOfModule(module) : []) follow(symbol);
  return found;
}

/** What factories take and give: the passes take all of it apart, so it is no property on a board. */
function factoryProperties({ program, isDevice }: DeviceSources): Set<ts.Symbol> {
  const checker = program.getTypeChecker();
  const found = new Set<ts.Symbol>();
  for (const file of program.getSourceFiles())
    if (isDevice(file.fileName))
      each(file, (node) => {
        if (!ts.isFunctionDeclaration(node) || !/^create[A-Z]/.test(node.name?.text ?? '')) return;
        for (const type of [node.type, ...node.parameters.map((parameter) => parameter.type)])
          for (const property of type ? checker.getTypeFromTypeNode(type).getProperties() : [])
            found.add(property);
      });
  return found;
}

/** Of each property that breaks the convention, `path:line: what is wrong`. */
export function findMisnamed(sources: DeviceSources): string[] {
  const { program, isDevice } = sources;
  const checker = program.getTypeChecker();
  const firmware = firmwareNames(sources);
  const published = publishedProperties(sources);
  const publishedNames = new Set([...published].map(({ name }) => name));
  const factories = factoryProperties(sources);
  const known = new Set([...firmware, ...publishedNames, ...[...factories].map(({ name }) => name)]);
  const found: string[] = [];
  const tell = (node: ts.Node, text: string): void => {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file.fileName}:${String(line + 1)}: ${node.getText()} ${text}`);
  };
  const lacks = 'is known to the boards’ own code alone: its name has to begin with an underscore';

  function checkMembers(
    container: ts.InterfaceDeclaration | ts.TypeLiteralNode | ts.ClassLikeDeclaration,
  ): void {
    if (describesFirmware(container)) return;
    const isClass = ts.isClassLike(container);
    const own = [...container.members]
      .filter(isProperty)
      .map(({ name }) => ({ name, symbol: checker.getSymbolAtLocation(name) }))
      .filter(({ name, symbol }) => ts.isIdentifier(name) && symbol !== undefined);
    const plain = own.filter(
      ({ symbol }) =>
        !PRIVATE.test(symbol!.name) &&
        !published.has(symbol!) &&
        !factories.has(symbol!) &&
        // A class that does what an interface says has its names.
        !(isClass && publishedNames.has(symbol!.name)),
    );
    // The shape of an object of the firmware's: it has no name but the firmware's.
    if (plain.some(({ symbol }) => !firmware.has(symbol!.name)))
      for (const { name, symbol } of plain)
        if (!firmware.has(symbol!.name) || own.some((other) => PRIVATE.test(other.symbol!.name)))
          tell(name, lacks);
    for (const { name, symbol } of own)
      if (PRIVATE.test(symbol!.name) && published.has(symbol!))
        tell(name, 'is known to applications: its name must not begin with an underscore');
  }

  /** What a literal has beside what its type declares. */
  function checkLiteral(literal: ts.ObjectLiteralExpression): void {
    const type = checker.getContextualType(literal);
    for (const { name } of literal.properties) {
      if (!name || !ts.isIdentifier(name) || type?.getProperty(name.text)) continue;
      if (PRIVATE.test(name.text) || known.has(name.text)) continue;
      tell(name, lacks);
    }
  }

  for (const file of program.getSourceFiles())
    if (isDevice(file.fileName))
      each(file, (node) => {
        if (ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node) || ts.isClassLike(node))
          checkMembers(node);
        if (ts.isObjectLiteralExpression(node)) checkLiteral(node);
        if (ts.isPropertyAccessExpression(node) && PRIVATE.test(node.name.text)) {
          const declared = checker.getSymbolAtLocation(node.name)?.declarations ?? [];
          if (declared.some((one) => !isDevice(one.getSourceFile().fileName)))
            tell(node.name, 'is the firmware’s: its name must not begin with an underscore');
        }
      });
  return found;
}

/** Names of properties in a bundle that are neither short nor anybody else's. */
export function findLeftOver(
  code: string,
  sources: DeviceSources,
  known: ReadonlySet<string> = new Set(),
): string[] {
  const firmware = firmwareNames(sources);
  const names = new Set<string>();
  const visit = (node: AnyNode): void => {
    const name =
      node.type === 'MemberExpression' && !node.computed
        ? node.property
        : node.type === 'Property' && !node.computed
          ? node.key
          : undefined;
    if (name?.type === 'Identifier' && name.name.length > 2) names.add(name.name);
    for (const child of children(node)) visit(child);
  };
  visit(parse(code, { ecmaVersion: 'latest' }));
  return [...names].filter((name) => !firmware.has(name) && !known.has(name)).sort();
}

/** Names that applications may use. */
export function publishedNames(sources: DeviceSources): Set<string> {
  return new Set([...publishedProperties(sources)].map(({ name }) => name));
}
