import{parseClientIdentity}from"./chunk-X6NFZQI2.mjs";import"./chunk-HTEQU5YA.mjs";export{parseClientIdentity};
