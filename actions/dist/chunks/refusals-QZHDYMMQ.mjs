import{credentialsRefused,refusalError}from"./chunk-D6F5OC3G.mjs";import"./chunk-26JQDSEY.mjs";export{credentialsRefused,refusalError};
