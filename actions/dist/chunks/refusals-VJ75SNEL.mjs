import{credentialsRefused,refusalError}from"./chunk-VJOYNPIK.mjs";import"./chunk-RYGUPKLD.mjs";export{credentialsRefused,refusalError};
