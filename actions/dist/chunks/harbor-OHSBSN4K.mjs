import{createHarbor}from"./chunk-PVRCL3KH.mjs";import"./chunk-QJB3RI4O.mjs";export{createHarbor};
