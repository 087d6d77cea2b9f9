import{sendStream}from"./chunk-VJOYNPIK.mjs";import"./chunk-RYGUPKLD.mjs";export{sendStream};
