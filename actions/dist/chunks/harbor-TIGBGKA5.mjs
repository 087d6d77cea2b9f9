import{createHarbor}from"./chunk-E7JYXNKL.mjs";import"./chunk-5SPJH4MC.mjs";export{createHarbor};
