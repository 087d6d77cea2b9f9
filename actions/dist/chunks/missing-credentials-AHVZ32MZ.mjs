import{missingCredentials}from"./chunk-RS23IO3N.mjs";import"./chunk-K3OAADIB.mjs";import"./chunk-26JQDSEY.mjs";export{missingCredentials};
