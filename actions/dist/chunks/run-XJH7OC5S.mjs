import{runSign}from"./chunk-H7PJEGJR.mjs";import"./chunk-DKE6MGHQ.mjs";export{runSign};
