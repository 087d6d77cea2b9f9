import{parseClientIdentity}from"./chunk-O2JNQLJX.mjs";import"./chunk-DU4L43BR.mjs";export{parseClientIdentity};
