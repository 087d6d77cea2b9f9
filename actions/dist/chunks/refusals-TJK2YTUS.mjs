import{credentialsRefused,refusalError}from"./chunk-DDIPMCLY.mjs";import"./chunk-DKE6MGHQ.mjs";export{credentialsRefused,refusalError};
