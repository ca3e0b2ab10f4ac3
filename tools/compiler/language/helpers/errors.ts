/** Errors that have names, and classes of their own. */
export const ERRORS = {
  errors: {
    means: 'names of errors, and instanceof Error of each kind',
    runs: true,
    code: `[[TypeError, "TypeError"], [SyntaxError, "SyntaxError"], [ReferenceError, "ReferenceError"]].forEach(function (k) {
  k[0].prototype.__proto__ = Error.prototype;
  k[0].prototype.name = k[1];
});
Error.prototype.name = "Error";
Error.prototype.toString = function () {
  var m = this.message;
  return m === undefined || m === "" ? this.name : this.name + ": " + m;
};`,
  },
  causedBy: {
    means: 'the cause of an error',
    code: `function $causedBy(e, o) {
  if (o && "cause" in o) e.cause = o.cause;
  return e;
}`,
  },
  extendError: {
    means: 'classes that extend Error',
    needs: ['errors'],
    code: `function $extendError(C, B) {
  C.prototype.__proto__ = B.prototype;
}`,
  },
  RangeError: {
    means: 'RangeError',
    needs: ['extendError'],
    code: `function $RangeError(m) {
  if (!(this instanceof $RangeError)) return new $RangeError(m);
  this.message = m === undefined ? "" : "" + m;
}
$extendError($RangeError, Error);
$RangeError.prototype.name = "RangeError";`,
  },
} as const;
