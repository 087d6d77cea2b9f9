import{missingCredentials}from"./chunk-LKYWR5IG.mjs";import"./chunk-LVGGTG2T.mjs";import"./chunk-F4NXXDJ4.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{missingCredentials};
