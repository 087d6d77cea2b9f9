import{runSign}from"./chunk-PQX6LTXE.mjs";import"./chunk-WA6YQK7U.mjs";import"./chunk-RYGUPKLD.mjs";export{runSign};
