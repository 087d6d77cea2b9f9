import{missingCredentials}from"./chunk-26HQ7TO2.mjs";import"./chunk-PQX6LTXE.mjs";import"./chunk-WA6YQK7U.mjs";import"./chunk-RYGUPKLD.mjs";export{missingCredentials};
