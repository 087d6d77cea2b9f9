import{parseClientIdentity}from"./chunk-34VEWHDM.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{parseClientIdentity};
