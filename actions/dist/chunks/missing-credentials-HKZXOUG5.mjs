import{missingCredentials}from"./chunk-JDSE3CTV.mjs";import"./chunk-XDYDPZBO.mjs";import"./chunk-DU4L43BR.mjs";export{missingCredentials};
