import{fetchBlob,hasBlob,isConnectionLost,openBlob}from"./chunk-EEFGKR7Q.mjs";import"./chunk-H6MGFKTE.mjs";import"./chunk-YT4JJS4X.mjs";export{fetchBlob,hasBlob,isConnectionLost,openBlob};
