import{__commonJS}from"./chunk-3XL5LWQC.mjs";var require_crypto=__commonJS({"lean-builtins:crypto"(exports,module){module.exports=process.getBuiltinModule("crypto")}});export{require_crypto};
