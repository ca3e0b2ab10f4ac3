//// log('aXbX'.replace('X','-'),'aXbX'.replace(/X/g,(m,o)=>m …
log(
  'aXbX'.replace('X', '-'),
  'aXbX'.replace(/X/g, (m, o) => m + o),
);
//// log('abc'.replace(/(a)(b)/,'$2$1'),'abc'.replace('b','[$ …
log('abc'.replace(/(a)(b)/, '$2$1'), 'abc'.replace('b', '[$&]'));
//// log('a1b2'.split(/\d/),'abc'.split(''),'a,b,c'.split(',' …
log('a1b2'.split(/\d/), 'abc'.split(''), 'a,b,c'.split(',', 2), 'abc'.split());
//// log('a1b2'.split(/(\d)/))
log('a1b2'.split(/(\d)/));
//// log('abc'.match(/b/)[0],'abc'.match(/b/).index,'abc'.mat …
log('abc'.match(/b/)[0], 'abc'.match(/b/).index, 'abc'.match(/z/), 'a1b2'.match(/\d/g));
//// var r=/\d/g,m,s='a1b2c3',o=[];while(m=r.exec(s))o.push(m …
var r = /\d/g,
  m,
  s = 'a1b2c3',
  o = [];
while ((m = r.exec(s))) o.push(m[0] + m.index);
log(o);
//// log('a-b_c'.replace(/[-_]/g,' '),'x=1;y=2'.split(';').ma …
log(
  'a-b_c'.replace(/[-_]/g, ' '),
  'x=1;y=2'.split(';').map((p) => p.split('=')),
);
//// log(/(\d+)-(\d+)/.exec('10-20').slice(1),/^\s*$/.test(' …
log(/(\d+)-(\d+)/.exec('10-20').slice(1), /^\s*$/.test('  '), /a.c/.test('abc'), /[a-c]+/.exec('xabcx')[0]);
//// log(/a|b/.test('b'),/(foo|bar)baz/.test('barbaz'),/^abc$ …
log(/a|b/.test('b'), /(foo|bar)baz/.test('barbaz'), /^abc$/i.test('ABC'), /\./.test('a.b'));
//// log(new RegExp('a+').test('caat'),new RegExp('\\d+','g') …
log(new RegExp('a+').test('caat'), new RegExp('\\d+', 'g').exec('a12')[0], /a/g.flags, /ab/.source);
//// log('x'.replace(/y/,'z'),'aaa'.replace(/a/,'b'),'a.b.c'. …
log(
  'x'.replace(/y/, 'z'),
  'aaa'.replace(/a/, 'b'),
  'a.b.c'.replace(/\./g, '/'),
  'John Smith'.replace(/(\w+)\s(\w+)/, '$2, $1'),
);
//// log('aab'.replace(/a*/,'x'),''.split(','),'abc'.split('b …
log('aab'.replace(/a*/, 'x'), ''.split(','), 'abc'.split('b'), 'a  b'.split(' '));
//// log('2020-01-05'.match(/(\d+)-(\d+)-(\d+)/).slice(1),'k= …
log('2020-01-05'.match(/(\d+)-(\d+)-(\d+)/).slice(1), 'k=v'.match(/(\w)=(\w)/)[2]);
//// log('abc'.replace(/b/,function(m,i,s){return m.toUpperCa …
log(
  'abc'.replace(/b/, function (m, i, s) {
    return m.toUpperCase() + i + s;
  }),
  'a-b-c'.replace(/-(.)/g, function (m, p) {
    return p.toUpperCase();
  }),
);
//// log(/^[A-Za-z0-9_-]+$/.test('ab-1'),/\+/.test('+'),/^\d\ …
log(
  /^[A-Za-z0-9_-]+$/.test('ab-1'),
  /\+/.test('+'),
  /^\d\d:\d\d$/.test('10:20'),
  /\t/.test('\t'),
  /\n/.test('\n'),
  /[\n]/.test('\n'),
);
//// log(/a\{2/.test('a{2'),/[{]/.test('{'),/{/.test('{'))
log(/a\{2/.test('a{2'), /[{]/.test('{'), /{/.test('{'));
//// log(/\D\W\S/.exec('1ab c')===null)
log(/\D\W\S/.exec('1ab c') === null);
//// log(/\x41/.test('A'),/\0/.test('\0'))
log(/\x41/.test('A'), /\0/.test('\0'));
//// log('k=1;l=2'.replace(/(\w)=(\d)/g,'$2:$1'),'aaa'.lastIn …
log('k=1;l=2'.replace(/(\w)=(\d)/g, '$2:$1'), 'aaa'.lastIndexOf('a'));
//// log([...'a1b22'.matchAll(/\d+/g)].map(m=>m[0]+m.index))
log([...'a1b22'.matchAll(/\d+/g)].map((m) => m[0] + m.index));
//// log('a-b-c'.replaceAll('-','+'),'aaa'.replaceAll('a',x=> …
log(
  'a-b-c'.replaceAll('-', '+'),
  'aaa'.replaceAll('a', (x) => x + '!'),
  'x.y'.search(/\./),
  'abc'.search('z'),
);
//// log('a,b,c'.split(',',2),'a1b2c'.split(/\d/),'2024-01-02 …
log('a,b,c'.split(',', 2), 'a1b2c'.split(/\d/), '2024-01-02'.split('-').map(Number), 'a1b2'.split(/(\d)/));
//// log('abc'.replace('b',m=>m.toUpperCase()),'a.b'.replace( …
log(
  'abc'.replace('b', (m) => m.toUpperCase()),
  'a.b'.replace('.', '$&$&'),
  'x'.replace('x', '$$'),
  'aXbX'.replace(/X/g, (m, i) => i),
);
