import{parseClientIdentity}from"./chunk-L2TNNBL5.mjs";import"./chunk-QJB3RI4O.mjs";export{parseClientIdentity};
