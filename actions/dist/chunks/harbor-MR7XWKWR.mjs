import{createHarbor}from"./chunk-VJOYNPIK.mjs";import"./chunk-RYGUPKLD.mjs";export{createHarbor};
