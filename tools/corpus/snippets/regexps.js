//// regex optional and counts, regex exec groups, regex global loop, regex matchAll and match g, regex lazy, regex boundary, regex lookahead thousands, regex named groups
(() => {
log(/^-?\d+(\.\d+)?$/.test('-12.5'), /^-?\d+(\.\d+)?$/.test('12.'), /colou?r/.test('color'), /^\d{4}-\d{2}-\d{2}$/.test('2020-01-02'), /^[a-z]{2,4}$/.test('abcde'), /^a{2,}$/.test('aaa'));
})();
(() => {
const m = /(\d+)-(\d+)(?:-(\d+))?/.exec('on 2020-05 ok'); log(m[0], m[1], m[2], m[3], m.index, m.length);
})();
(() => {
const re = /(\w)=(\d+)/g; let m; while ((m = re.exec('a=1,b=22,c=333')) !== null) log(m[1], m[2], m.index, re.lastIndex);
})();
(() => {
log([...'a1b22c333'.matchAll(/[a-z](\d+)/g)].map(m => m[1]), 'a1b2'.match(/\d/g), 'abc'.match(/\d/), 'abc'.match(/\d/g), 'x1'.match(/(\w)(\d)/).slice(1));
})();
(() => {
log('<a><b>'.match(/<(.+?)>/)[1], '"x" "y"'.replace(/"(.*?)"/g, '[$1]'), 'aaa'.match(/a*?/)[0].length);
})();
(() => {
log('the cat concat'.replace(/\bcat\b/g, 'dog'), /\bfoo\b/.test('a foo b'), 'a b'.split(/\b/));
})();
(() => {
const th = n => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ','); log(th(1234567), th(999), th(1000));
})();
(() => {
const { groups: { y, m } } = /(?<y>\d{4})-(?<m>\d\d)/.exec('2021-07'); log(y, m); log('2021-07'.replace(/(?<y>\d+)-(?<m>\d+)/, '$<m>/$<y>'));
})();
//// regex backreference, regex alternation groups, regex email url ip, regex replace function args, regex flags i and m, regex tokenizer, regex trim and squeeze, regex csv
(() => {
log(/(['"])(.*?)\1/.exec(`say "it's" ok`)[2], /(\w)\1/.test('hello'), /(\w)\1/.test('abc'));
})();
(() => {
log('cat dog bird'.match(/(cat|bird)/g), /^(yes|no|maybe)$/i.test('NO'), 'a=b&c=d'.split('&').map(p => p.split('=')), /^(?:on|off)$/.test('off'), /^on|off$/.test('xoff'));
})();
(() => {
const em = /^[^\s@]+@[^\s@]+\.[^\s@]+$/; log(em.test('a@b.co'), em.test('a@b')); const ip = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/; log('192.168.0.1'.match(ip).slice(1)); const url = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)?$/; log(url.exec('http://host:80/p/q?x').slice(1), url.exec('https://h').slice(1));
})();
(() => {
log('a1b2'.replace(/([a-z])(\d)/g, (m, l, d, off) => l.toUpperCase() + d * 2 + '@' + off), 'x'.replace(/y/, 'z'), 'tel 555 1234'.replace(/\d/g, '#'));
})();
(() => {
log(/HELLO/i.test('hello'), 'a\nb\nc'.match(/^\w$/gm), /a.c/s.test('a\nc'), /a.c/.test('a\nc'));
})();
(() => {
const tokens = s => { const re = /\s*(?:(\d+\.?\d*)|([a-z]\w*)|(.))/gy; const out = []; let m; while ((m = re.exec(s)) && m[0]) out.push(m[1] ? 'n' + m[1] : m[2] ? 'i' + m[2] : 'o' + m[3]); return out; }; log(tokens('x1 + 3.5*(y-2)'));
})();
(() => {
log('  a  b  '.replace(/^\s+|\s+$/g, '').replace(/\s+/g, ' '), 'a,b;c'.split(/[,;]/), 'CamelCaseString'.replace(/([A-Z])/g, ' $1').trim(), 'x--y'.replace(/-{2,}/, '-'), '1,234,567'.replace(/,/g, ''));
})();
(() => {
log('a,"b,c",d'.match(/("[^"]*"|[^,]+)/g), 'k1: v1; k2:v2'.split(/;\s*/).map(x => x.split(/:\s*/)));
})();
//// regex hex color, regex dynamic, regex dynamic optional, regex nmea, regex command parser, regex nested quantified groups, regex test in filter, regex unicode-free classes
(() => {
const c = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec('#FF8000'); log(c.slice(1).map(x => parseInt(x, 16)));
})();
(() => {
const esc = s => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'); log(esc('a.b*c'), new RegExp('^' + esc('a.b') + '$').test('a.b'), new RegExp('a|b', 'g').flags, 'xay'.replace(new RegExp('a', 'g'), '-'));
})();
(() => {
const re = new RegExp('ab?c'); log(re.test('ac'), new RegExp(`^\\d{${3}}$`).test('123'), new RegExp('(x+)?y').exec('y')[1]);
})();
(() => {
const f = s => { const m = s.match(/^\$GPRMC,(\d{2})(\d{2})(\d{2})(?:\.\d+)?,([AV]),(-?\d+\.\d+),([NS])/); return m && m.slice(1); }; log(f('$GPRMC,123519.00,A,4807.038,N,01131.000,E'), f('bad'));
})();
(() => {
const parse = l => { const m = l.trim().match(/^(\w+)(?:\s+(.*))?$/); if (!m) return null; const [, cmd, rest = ''] = m; return { cmd, args: rest.split(/\s+/).filter(Boolean) }; }; log(parse('set led 1'), parse('help'), parse('!'));
})();
(() => {
log(/^(\w+(,\w+)*)$/.test('a,b,c'), /^((a|b)+)c$/.exec('ababc').slice(1), /(a(b(c)))/.exec('abc').slice(), /^(?:\d+:)*\d+$/.test('1:2:33'), /([a-z]+\d?)+$/.exec('ab1cd2')[1]);
})();
(() => {
log(['a1', 'b', 'c3'].filter(s => /\d$/.test(s)), ['x', 'y'].map(s => s.match(/x/) ? 1 : 0), 'abc'.search(/c/), 'abc'.search('z'));
})();
(() => {
log('a_b-c d'.match(/[\w-]+/g), 'tab\there'.split(/\t/), /[^\d\s]/.exec('12 x')[0], /[\]]/.test(']'), /[a\-z]/.test('-'), /\x41\cA?/.test('A'), /[\s\S]/.test('\n'), /\./.test('a'), /\//.test('/'), /[.]/.test('.'));
})();
//// regex split with captures and limit, regex lastIndex zero width, regex literal in loop
(() => {
log('2020-01-02'.split(/(-)/), 'a1b2c3'.split(/\d/, 2), 'ab'.split(/(?:)/), ''.split(/x/), 'aXbxc'.split(/x/i));
})();
(() => {
const re = /a*/g; log('baac'.match(re), 'baac'.replace(/a*/g, '-'), 'abc'.replace(/(?:)/g, '.'), 'abc'.replace(/x*/, '-'));
})();
(() => {
for (const s of ['1 kg', '2.5 g', 'bad']) { const m = /^([\d.]+)\s*(k?g)$/.exec(s); log(m ? +m[1] * (m[2] === 'kg' ? 1000 : 1) : 'none'); }
})();
