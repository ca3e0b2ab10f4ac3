$p=print;function $s(v,d){if(typeof v==='string')return d?'"'+v+'"':v;if(v===null||typeof v!=='object')return typeof v==='function'?'function':typeof v==='number'&&isNaN(v)?'NaN':''+v;if(d>3)return'...';if(v instanceof Error)return v.name+': '+v.message;if(Array.isArray(v)){var t='[';for(var i=0;i<v.length;i++)t+=(i?',':'')+$s(v[i],d+1);return t+']'}var t='{',k=Object.keys(v);for(var n=0;n<k.length;n++)t+=(n?',':'')+k[n]+':'+$s(v[k[n]],d+1);return t+'}'}function log(){var t='';for(var i=0;i<arguments.length;i++)t+=(i?' ':'')+$s(arguments[i],0);$p(t)}
print("BEGIN");
var o = {
  m() {
    return 'm';
  }
};
var p = {
  __proto__: o,
  m() {
    return super.m() + 'p';
  }
};
log(p.m());

;setTimeout(function(){print("END");quit()},60);
