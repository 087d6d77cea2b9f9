import{parseClientIdentity}from"./chunk-JKIW6G5V.mjs";import"./chunk-5SPJH4MC.mjs";export{parseClientIdentity};
