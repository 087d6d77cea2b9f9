import{missingCredentials}from"./chunk-IBRA75QS.mjs";import"./chunk-YAOWL3JO.mjs";import"./chunk-CWV53ZOT.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{missingCredentials};
