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
  /** On ARM what it calls takes its place, but for a block. */
  readonly jspeStatement: number;
  readonly jspeStatementBlock: number;
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
  /** Of `!`, `~`, `-`, `+`; and of what has none of them, which on ARM is a jump. */
  readonly jspeUnaryOperator: number;
  readonly jspeUnaryExpression: number;
  readonly jspePostfixExpression: number;
  readonly __jspePostfixExpression: number;
  readonly jspeFactorFunctionCall: number;
  readonly jspeFactorMember: number;
  /** Of what is in it, which on ARM is a jump; and of `void`. */
  readonly jspeFactor: number;
  readonly jspeFactorVoid: number;
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

/**
 * What stands below the function that does it, at most, when it calls no function of the program. Measured, each on
 * programs of one line, on the interpreter compiled for the board (`tools/bundler/stack/corpus.ts`).
 */
export interface Tails {
  /** Reading on: `jslGetNextToken` and below; a number is the deepest. */
  readonly token: number;
  readonly string: number;
  /** A regular expression made, `jswrap_regexp_constructor`. */
  readonly regex: number;
  /** A name of up to four characters looked up: it stands in one variable. */
  readonly name: number;
  /** A longer one, or one of the interpreter's. */
  readonly longName: number;
  /** `process`, of which the interpreter makes an object. */
  readonly process: number;
  /** `.name`, looked up in the prototypes too. */
  readonly member: number;
  readonly index: number;
  /** An operator on numbers and strings. */
  readonly maths: number;
  /** `+`, `==` and their like, on objects too. */
  readonly objectMaths: number;
  /** `-a`, `+a`, `!a` */
  readonly unary: number;
  /** A value stored, and the one that was there freed, with what it held: four `jsvFreePtr` nested. */
  readonly store: number;
  /** A function made. */
  readonly define: number;
  /** Scope and parameters of a call made. */
  readonly enter: number;
  /** A scope freed with what only it held, as at `store`. */
  readonly leave: number;
  /** A property of a literal made. */
  readonly property: number;
  /** An object for `new`, with its prototype. */
  readonly construct: number;
}

/** How a function of the program may come to run. */
export type EntryKind = 'boot' | 'timer' | 'watch' | 'event' | 'promise' | 'socket';

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
  /** `test` and `exec`, by what the expression has: the matcher recurses. */
  readonly regex: { readonly classes: number; readonly repeated: number; readonly alternatives: number };
  /** `clearTimeout` and its like where a timer's function holds variables, which it frees: objects in objects. */
  readonly heldScope: number;
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
    jspeStatementBlock: 16,
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
    jspeUnaryOperator: 16,
    jspeUnaryExpression: 16,
    jspePostfixExpression: 16,
    __jspePostfixExpression: 32,
    jspeFactorFunctionCall: 64,
    jspeFactorMember: 48,
    jspeFactor: 64,
    jspeFactorVoid: 64,
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
    token: 192,
    string: 208,
    regex: 364,
    name: 192,
    longName: 392,
    process: 548,
    member: 464,
    index: 400,
    maths: 352,
    objectMaths: 460,
    unary: 372,
    store: 664,
    define: 352,
    enter: 256,
    leave: 560,
    property: 400,
    construct: 464,
  },
  // Timers and watches: eventHandler 128, mainLoop 16, jsiLoop 16, jsiIdle 240, jsiExecuteEventCallback 48, its inner
  // function 64, jspExecuteFunction 96. The others as measured: events of the queue, reactions of a promise, a socket's
  // `data` with a chunk of 268 bytes on the stack, and the statements of `.bootcde`.
  entries: { boot: 464, timer: 608, watch: 608, event: 736, promise: 1072, socket: 1328 },
  natives: {
    // Most are no deeper than the evaluation of an argument.
    bind: 504,
    charCodeAt: 256,
    close: 232,
    concat: 512,
    connect: 1112,
    createSocket: 444,
    emit: 420,
    end: 232,
    erase: 448,
    exec: 1600,
    fill: 272,
    indexOf: 420,
    join: 332,
    list: 428,
    on: 440,
    pop: 220,
    push: 256,
    read: 464,
    readJSON: 1076,
    replace: 888,
    reverse: 332,
    send: 1050,
    set: 512,
    shift: 220,
    slice: 304,
    sort: 724,
    splice: 256,
    split: 308,
    startsWith: 276,
    substr: 296,
    substring: 296,
    test: 1600,
    then: 550,
    toString: 652,
    unshift: 284,
    write: 1044,
    'Date.now': 96,
    'E.CRC32': 256,
    'E.getErrorFlags': 96,
    'E.hwRand': 96,
    'E.on': 440,
    'E.setTimeZone': 256,
    'E.srand': 256,
    'E.toString': 528,
    'E.toUint8Array': 512,
    'JSON.parse': 1076,
    'JSON.stringify': 1420,
    'Math.floor': 256,
    'Math.max': 256,
    'Math.min': 256,
    'Math.random': 96,
    'Object.assign': 576,
    'Object.defineProperty': 752,
    'Object.keys': 576,
    'Promise.resolve': 440,
    'String.fromCharCode': 256,
    'process.memory': 276,
    Date: 408,
    Error: 612,
    Pin: 456,
    Promise: 440,
    Uint8Array: 512,
    changeInterval: 256,
    clearInterval: 404,
    clearTimeout: 404,
    clearWatch: 404,
    digitalRead: 256,
    digitalWrite: 256,
    getSerial: 148,
    getTime: 96,
    parseFloat: 276,
    parseInt: 292,
    pinMode: 264,
    print: 750,
    require: 568,
    setInterval: 432,
    setTime: 256,
    setTimeout: 432,
    setWatch: 568,
    // Not in the interpreter that was measured: `libs/network/esp8266/jswrap_esp8266_network.c`, estimated.
    'Wifi.connect': 1112,
    'Wifi.getDetails': 750,
    'Wifi.getHostByName': 600,
    'Wifi.getIP': 750,
    'Wifi.save': 600,
  },
  otherNative: 700,
  callingNatives: {
    apply: 112,
    call: 112,
    filter: 144,
    find: 144,
    findIndex: 144,
    every: 144,
    forEach: 144,
    map: 144,
    Promise: 176,
    reduce: 112,
    replace: 300,
    some: 144,
    sort: 600,
  },
  regex: { classes: 740, repeated: 1052, alternatives: 1600 },
  heldScope: 1124,
};

/**
 * Cortex-M4, as the Pixl.js is built (`boards/PIXLJS.py`: nRF52832, `-Os`, link-time optimisation, gcc 12.2), of which the
 * linker tells the frames. ARM's compiler makes jumps of calls that come last, so what makes one has no frame here. An
 * Espruino Pico's STM32F401 is a Cortex-M4 too; a Raspberry Pi Pico is not, and has no table.
 *
 * What a board leaves free lies between its variables and the end of its RAM (`src/jsutils.c`, `jsuGetFreeStack`), and calls
 * are refused ("Too much recursion") when 512 of it are left (`src/jsparse.c`, `jspCheckStackPosition`):
 * `FREE_STACK` less what else the firmware keeps in RAM, which only its own map tells.
 */
export const CM4: Costs = {
  board: 'Cortex-M4',
  frames: {
    jspeFunctionCall: 200,
    jspeBlockNoBrackets: 24,
    jspeBlock: 8,
    jspeBlockOrStatement: 8,
    jspeStatement: 0,
    jspeStatementBlock: 88,
    jspeStatementVar: 32,
    jspeStatementIf: 32,
    jspeStatementFor: 176,
    jspeStatementDoOrWhile: 104,
    jspeStatementSwitch: 48,
    jspeStatementTry: 32,
    jspeStatementReturn: 16,
    jspeStatementThrow: 8,
    jspeStatementFunctionDecl: 24,
    jspeFunctionDefinition: 16,
    jspeFunctionDefinitionInternal: 232,
    jspeExpression: 16,
    jspeAssignmentExpression: 8,
    __jspeAssignmentExpression: 24,
    jspeConditionalExpression: 0,
    __jspeConditionalExpression: 16,
    jspeBinaryExpression: 0,
    __jspeBinaryExpression: 120,
    jspeUnaryOperator: 24,
    jspeUnaryExpression: 0,
    jspePostfixExpression: 16,
    __jspePostfixExpression: 32,
    jspeFactorFunctionCall: 56,
    jspeFactorMember: 40,
    jspeFactor: 0,
    jspeFactorVoid: 88,
    jspeExpressionOrArrowFunction: 24,
    jspeFactorObject: 96,
    jspeFactorArray: 32,
    jspeFactorTypeOf: 16,
    jspeFactorDelete: 32,
    jspeConstruct: 32,
    jspeParseFunctionCallBrackets: 16,
    jspeArrowFunction: 16,
    jspeClassDefinition: 48,
    jspeTemplateLiteral: 0,
    jspEvaluateExpressionVar: 136,
    jsnCallFunction: 136,
    nativeArguments: 64,
  },
  tails: {
    token: 160,
    string: 160,
    regex: 232,
    name: 168,
    longName: 248,
    process: 448,
    member: 352,
    index: 290,
    maths: 240,
    objectMaths: 352,
    unary: 240,
    store: 440,
    define: 376,
    enter: 256,
    leave: 440,
    property: 240,
    construct: 352,
  },
  // Measured, but for the socket's, which such a board does not have.
  entries: { boot: 536, timer: 688, watch: 688, event: 752, promise: 1096, socket: 1200 },
  natives: {
    bind: 116,
    charCodeAt: 180,
    close: 232,
    concat: 208,
    connect: 1112,
    createSocket: 444,
    emit: 240,
    end: 232,
    erase: 328,
    exec: 1048,
    fill: 148,
    indexOf: 232,
    join: 252,
    list: 208,
    on: 340,
    pop: 0,
    push: 272,
    read: 352,
    readJSON: 812,
    replace: 736,
    reverse: 152,
    send: 1050,
    set: 208,
    shift: 60,
    slice: 152,
    sort: 548,
    splice: 108,
    split: 640,
    startsWith: 120,
    substr: 116,
    substring: 116,
    test: 1048,
    then: 420,
    toString: 460,
    unshift: 104,
    write: 700,
    'Date.now': 0,
    'E.CRC32': 112,
    'E.getErrorFlags': 0,
    'E.hwRand': 0,
    'E.on': 336,
    'E.setTimeZone': 96,
    'E.srand': 96,
    'E.toString': 440,
    'E.toUint8Array': 344,
    'JSON.parse': 812,
    'JSON.stringify': 1240,
    'Math.floor': 96,
    'Math.max': 124,
    'Math.min': 124,
    'Math.random': 0,
    'Object.assign': 272,
    'Object.defineProperty': 512,
    'Object.keys': 352,
    'Promise.resolve': 208,
    'String.fromCharCode': 96,
    'process.memory': 200,
    Date: 192,
    Error: 484,
    Pin: 96,
    Promise: 440,
    Uint8Array: 636,
    changeInterval: 108,
    clearInterval: 144,
    clearTimeout: 144,
    clearWatch: 250,
    digitalRead: 216,
    digitalWrite: 216,
    getSerial: 0,
    getTime: 0,
    parseFloat: 152,
    parseInt: 168,
    pinMode: 104,
    print: 650,
    require: 450,
    setInterval: 336,
    setTime: 96,
    setTimeout: 336,
    setWatch: 568,
  },
  otherNative: 600,
  callingNatives: {
    apply: 112,
    call: 112,
    filter: 144,
    find: 144,
    findIndex: 144,
    every: 144,
    forEach: 144,
    map: 144,
    Promise: 176,
    reduce: 112,
    replace: 300,
    some: 144,
    sort: 600,
  },
  regex: { classes: 640, repeated: 848, alternatives: 1320 },
  heldScope: 700,
};

/** Bytes of RAM that a board has beside its JavaScript variables, for its stack and the firmware's own data. */
export const FREE_STACK = {
  // 64 KB less 0x3290 for the SoftDevice and 16 (`boards/PIXLJS.py`, `nrf5x_linkers/linker_nrf52_ble_espruino.ld`), 2950
  // variables of 13 bytes.
  'Pixl.js': 65_536 - 0x3290 - 16 - 2950 * 13,
  // 96 KB (`boards/PICO_R1_3.py`, `scripts/build_linker.py`), 5100 variables of 13 bytes.
  'Espruino Pico': 98_304 - 5100 * 13,
} as const;
