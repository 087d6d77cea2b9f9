import{parseClientIdentity}from"./chunk-XXJOCHVW.mjs";import"./chunk-RD3KVQLF.mjs";export{parseClientIdentity};
