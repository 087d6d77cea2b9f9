import{credentialsRefused,refusalError}from"./chunk-4ZNHJAK2.mjs";import"./chunk-RD3KVQLF.mjs";export{credentialsRefused,refusalError};
