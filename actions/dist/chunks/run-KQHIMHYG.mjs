import{runSign}from"./chunk-K3OAADIB.mjs";import"./chunk-26JQDSEY.mjs";export{runSign};
