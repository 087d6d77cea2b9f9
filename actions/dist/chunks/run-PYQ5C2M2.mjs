import{runSign}from"./chunk-XDYDPZBO.mjs";import"./chunk-DU4L43BR.mjs";export{runSign};
