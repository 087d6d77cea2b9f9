import{createHarbor}from"./chunk-4ZNHJAK2.mjs";import"./chunk-RD3KVQLF.mjs";export{createHarbor};
