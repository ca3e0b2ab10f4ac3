/**
 * What a JavaScript program costs of a board's C stack, as data: the frames of the interpreter's functions, what stands
 * below them, and with how much in use a callback begins. It must hold figures and their sources only, no logic.
 *
 * Sources are files of espruino/Espruino, 2v29. Frames are what `-fstack-usage` says, with the flags of the board's build.
 */

/** C functions that may stand one above the other while a program runs; all but the last few are of `src/jsparse.c`. */
export interface Frames {
  readonly jspeFunctionCall: number;
  readonly jspeBlockNoBrackets: number;
  readonly jspeBlock: number;
  readonly jspeBlockOrStatement: number;
  readonly jspeStatement: number;
  readonly jspeStatementVar: number;
  readonly jspeStatementIf: number;
  readonly jspeStatementFor: number;
  readonly jspeStatementDoOrWhile: number;
  readonly jspeStatementSwitch: number;
  readonly jspeStatementTry: number;
  readonly jspeStatementReturn: number;
  readonly jspeStatementThrow: number;
  readonly jspeStatementFunctionDecl: number;
  readonly jspeFunctionDefinition: number;
  readonly jspeFunctionDefinitionInternal: number;
  readonly jspeExpression: number;
  readonly jspeAssignmentExpression: number;
  readonly __jspeAssignmentExpression: number;
  readonly jspeConditionalExpression: number;
  readonly __jspeConditionalExpression: number;
  readonly jspeBinaryExpression: number;
  readonly __jspeBinaryExpression: number;
  readonly jspeUnaryExpression: number;
  readonly jspePostfixExpression: number;
  readonly __jspePostfixExpression: number;
  readonly jspeFactorFunctionCall: number;
  readonly jspeFactorMember: number;
  readonly jspeFactor: number;
  readonly jspeExpressionOrArrowFunction: number;
  readonly jspeFactorObject: number;
  readonly jspeFactorArray: number;
  readonly jspeFactorTypeOf: number;
  readonly jspeFactorDelete: number;
  readonly jspeConstruct: number;
  readonly jspeParseFunctionCallBrackets: number;
  readonly jspeArrowFunction: number;
  readonly jspeClassDefinition: number;
  readonly jspeTemplateLiteral: number;
  readonly jspEvaluateExpressionVar: number;
  /** `src/jsnative.c` */
  readonly jsnCallFunction: number;
  /** `alloca` of `jspeFunctionCall` for the arguments of a native function, of which there are at most 16. */
  readonly nativeArguments: number;
}

/** What stands below the function that does it, at most, when it calls no function of the program. */
export interface Tails {
  /** Reading on: `jslMatch`, `jslGetNextToken` and below. */
  readonly token: number;
  /** A name looked up in the scopes, or made. */
  readonly name: number;
  /** A built-in name, found in no scope. */
  readonly builtin: number;
  /** `.name` of an object. */
  readonly member: number;
  /** `[index]` of an object, an array or a typed array. */
  readonly index: number;
  readonly literal: number;
  /** `+`, `<`, `===` and so on, also of strings. */
  readonly maths: number;
  /** A value stored. */
  readonly store: number;
  /** A function made. */
  readonly define: number;
  /** Scope and parameters of a call made. */
  readonly enter: number;
  /** A scope freed with what only it held. */
  readonly leave: number;
  /** A property of a literal made. */
  readonly property: number;
}

/** How a function of the program may come to run. */
export type EntryKind = 'boot' | 'timer' | 'watch' | 'event' | 'socket';

export interface Costs {
  /** Of which build. */
  readonly board: string;
  readonly frames: Frames;
  readonly tails: Tails;
  /** Bytes in use when `jspeFunctionCall` is entered for a callback, or when the program's first statement begins. */
  readonly entries: Readonly<Record<EntryKind, number>>;
  /** Below `jsnCallFunction`, by the native function's name; with its object where that is a global. */
  readonly natives: Readonly<Record<string, number>>;
  /** For a native function that has no figure. */
  readonly otherNative: number;
  /** Between a native function's frame and that of a function of the program that it calls at once. */
  readonly callingNatives: Readonly<Record<string, number>>;
}

/** ESP8266: `make/family/ESP8266.make` without `-mforce-l32`, gcc 12.2 for LX106. */
export const LX106: Costs = {
  board: 'ESP8266',
  frames: {
    jspeFunctionCall: 208,
    jspeBlockNoBrackets: 16,
    jspeBlock: 16,
    jspeBlockOrStatement: 16,
    jspeStatement: 16,
    jspeStatementVar: 48,
    jspeStatementIf: 48,
    jspeStatementFor: 192,
    jspeStatementDoOrWhile: 128,
    jspeStatementSwitch: 64,
    jspeStatementTry: 48,
    jspeStatementReturn: 16,
    jspeStatementThrow: 16,
    jspeStatementFunctionDecl: 32,
    jspeFunctionDefinition: 16,
    jspeFunctionDefinitionInternal: 80,
    jspeExpression: 16,
    jspeAssignmentExpression: 16,
    __jspeAssignmentExpression: 32,
    jspeConditionalExpression: 16,
    __jspeConditionalExpression: 16,
    jspeBinaryExpression: 16,
    __jspeBinaryExpression: 128,
    jspeUnaryExpression: 16,
    jspePostfixExpression: 16,
    __jspePostfixExpression: 32,
    jspeFactorFunctionCall: 64,
    jspeFactorMember: 48,
    jspeFactor: 64,
    jspeExpressionOrArrowFunction: 32,
    jspeFactorObject: 112,
    jspeFactorArray: 48,
    jspeFactorTypeOf: 16,
    jspeFactorDelete: 48,
    jspeConstruct: 48,
    jspeParseFunctionCallBrackets: 16,
    jspeArrowFunction: 16,
    jspeClassDefinition: 64,
    jspeTemplateLiteral: 96,
    jspEvaluateExpressionVar: 144,
    jsnCallFunction: 144,
    nativeArguments: 64,
  },
  tails: {
    token: 240,
    name: 240,
    builtin: 240,
    member: 320,
    index: 240,
    literal: 240,
    maths: 240,
    store: 240,
    define: 320,
    enter: 240,
    leave: 400,
    property: 240,
  },
  entries: { boot: 800, timer: 608, watch: 608, event: 608, socket: 1232 },
  natives: {},
  otherNative: 500,
  callingNatives: {},
};
