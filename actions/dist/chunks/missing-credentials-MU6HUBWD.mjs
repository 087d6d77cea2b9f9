import{missingCredentials}from"./chunk-PDN2SDNI.mjs";import"./chunk-H7PJEGJR.mjs";import"./chunk-DKE6MGHQ.mjs";export{missingCredentials};
