import{parseClientIdentity}from"./chunk-ALTUSOU4.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{parseClientIdentity};
