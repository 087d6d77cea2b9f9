import{createHarbor}from"./chunk-G7H722IW.mjs";import"./chunk-HTEQU5YA.mjs";export{createHarbor};
