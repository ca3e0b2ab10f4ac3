//// var d=new Date(2020,0,31,10,20,30,400);log(d.getFullYear …
var d = new Date(2020, 0, 31, 10, 20, 30, 400);
log(
  d.getFullYear(),
  d.getMonth(),
  d.getDate(),
  d.getHours(),
  d.getMinutes(),
  d.getSeconds(),
  d.getMilliseconds(),
  d.getDay(),
);
//// log(new Date('2020-05-06T07:08:09Z').getTime(),new Date( …
log(
  new Date('2020-05-06T07:08:09Z').getTime(),
  new Date('2020-05-06').getTime(),
  Date.parse('2020-05-06T07:08:09Z'),
);
//// var d=new Date(2020,0,31);d.setDate(35);log(d.getMonth() …
var d = new Date(2020, 0, 31);
d.setDate(35);
log(d.getMonth(), d.getDate());
d.setHours(25);
log(d.getDate(), d.getHours());
//// var d=new Date(0);d.setFullYear(2001);log(d.getFullYear( …
var d = new Date(0);
d.setFullYear(2001);
log(d.getFullYear());
d.setMonth(13);
log(d.getFullYear(), d.getMonth());
d.setMinutes(61, 1);
log(d.getHours(), d.getMinutes());
//// log(new Date(0)+1!=='',typeof (new Date(5)-0))
log(new Date(0) + 1 !== '', typeof (new Date(5) - 0));
//// log(new Date(2020,0,1).toString().length>10,typeof new D …
log(new Date(2020, 0, 1).toString().length > 10, typeof new Date().getTimezoneOffset());
//// log(typeof (new Date())["@@iterator"],typeof (function() …
log(typeof new Date()['@@iterator'], typeof function () {}['@@iterator']);
//// const d=new Date(86400000*365.5);log(d.getUTCFullYear(), …
const d = new Date(86400000 * 365.5);
log(d.getUTCFullYear(), d.getUTCHours(), Date.UTC(2020, 1, 29), new Date(Date.UTC(2020, 0, 1)).toISOString());
