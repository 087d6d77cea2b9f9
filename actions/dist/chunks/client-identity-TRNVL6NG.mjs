import{parseClientIdentity}from"./chunk-PRDE6ILX.mjs";import"./chunk-RYGUPKLD.mjs";export{parseClientIdentity};
