import{lookAgain}from"./chunk-QJ6XQWHO.mjs";import"./chunk-U435TPHS.mjs";import"./chunk-RD3KVQLF.mjs";export{lookAgain};
