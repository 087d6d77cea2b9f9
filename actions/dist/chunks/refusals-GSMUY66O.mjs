import{credentialsRefused,refusalError}from"./chunk-E77GHWYU.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{credentialsRefused,refusalError};
