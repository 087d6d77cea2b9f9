import{parseClientIdentity}from"./chunk-D5KB67CE.mjs";import"./chunk-KV553P4B.mjs";export{parseClientIdentity};
