import{parseClientIdentity}from"./chunk-DLSGECU3.mjs";import"./chunk-TOBNFM2S.mjs";export{parseClientIdentity};
