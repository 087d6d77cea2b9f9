import{sendStream}from"./chunk-AUS7QMZW.mjs";import"./chunk-DU4L43BR.mjs";export{sendStream};
