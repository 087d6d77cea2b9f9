import{parseClientIdentity}from"./chunk-22FISJNB.mjs";import"./chunk-DKE6MGHQ.mjs";export{parseClientIdentity};
