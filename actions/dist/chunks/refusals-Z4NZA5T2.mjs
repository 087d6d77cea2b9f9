import{credentialsRefused,refusalError}from"./chunk-PVRCL3KH.mjs";import"./chunk-QJB3RI4O.mjs";export{credentialsRefused,refusalError};
