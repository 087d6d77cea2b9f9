import{parseClientIdentity}from"./chunk-LP7EWBLZ.mjs";import"./chunk-26JQDSEY.mjs";export{parseClientIdentity};
