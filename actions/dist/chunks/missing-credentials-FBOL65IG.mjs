import{missingCredentials}from"./chunk-MF5WWMPW.mjs";import"./chunk-CDS2ZULV.mjs";import"./chunk-5SPJH4MC.mjs";export{missingCredentials};
